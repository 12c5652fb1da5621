"""What kit.train and kit.speedrun are made of."""
