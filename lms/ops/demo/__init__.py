"""The demo municipality 青葉市 and load data; every name is invented."""
