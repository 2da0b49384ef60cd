"""What lists, queues and pages of cases are made of; reads only."""
