"""A model store for launchpad in S3 and other object stores."""
