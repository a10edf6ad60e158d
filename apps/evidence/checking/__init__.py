"""The record read and hashed anew, fast; no Django here, so that it runs in processes of its own (`worker`)."""
