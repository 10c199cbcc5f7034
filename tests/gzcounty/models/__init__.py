"""Tests of the models; a package, so that its files may share names with those of other floors."""
