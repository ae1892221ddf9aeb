"""What the contract of API formats is made of: features, differences, odd texts."""
