// Commands write to the console of the process, and tests catch what they write: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
