import pytest

# What is asserted there is to be explained as it is in a test.
pytest.register_assert_rewrite("tests.chain.expect", "tests.chain.intake")
