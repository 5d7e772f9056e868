-- A notice is sent with the sum that is owed by then, and one that could not be sent is tried again later.
GRANT UPDATE (words, due_at) ON notice TO tv_worker;
