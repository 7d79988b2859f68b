"""Amazon Kendra on one machine: real search behind AWS's wire shapes."""
