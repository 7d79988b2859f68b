"""SageMaker Ground Truth on this machine: labeling jobs, as far as custom ones go."""
