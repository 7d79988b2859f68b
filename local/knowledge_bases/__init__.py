"""Knowledge bases of Amazon Bedrock on one machine, with S3 data sources and S3 Vectors indexes."""
