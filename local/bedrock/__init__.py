"""Amazon Bedrock Runtime on one machine: engines with real behaviour behind AWS's wire shapes."""
