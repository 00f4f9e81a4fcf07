"""Slack: slack-bolt in Socket Mode."""
