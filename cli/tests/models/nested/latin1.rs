// Café: not UTF-8.
model! {}
