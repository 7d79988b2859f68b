"""Makes one label of several answers of Ground Truth's workers."""
