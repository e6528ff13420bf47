"""The acceptance cases of the threat model, where no room's own tests hold them."""
