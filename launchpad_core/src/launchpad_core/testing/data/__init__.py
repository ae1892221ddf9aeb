"""The rules of DataSourceContract and DataSinkContract, and what they look at."""
