// Filled by the first step of its module.
