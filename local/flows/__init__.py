"""Amazon Bedrock Flows and prompts on one machine."""
