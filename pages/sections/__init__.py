"""What single pages show, a folder a page; none imports another."""
