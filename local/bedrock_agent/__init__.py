"""The wire of Agents for Amazon Bedrock, which flows, prompts and knowledge bases share."""
