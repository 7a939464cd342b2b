"""
A Dask cluster of two processes on this machine. It prints its address and the processes of its workers as a line of JSON; for an empty line of input, it prints how often
each task was finished, and ends.
"""

import collections
import json

from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, worker_dashboard_address=None, host="127.0.0.1") as cluster:
        print(json.dumps({"address": cluster.scheduler_address, "workers": [worker.pid for worker in cluster.workers.values()]}), flush=True)
        input()
        finished = collections.Counter(key for key, before, after, *_ in cluster.scheduler.transition_log if (before, after) == ("processing", "memory"))
        print(json.dumps(finished), flush=True)
