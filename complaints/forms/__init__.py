"""What pages about orders ask for."""
