"""What the system says of this process."""

import glob


def schedules():
    """Time on a CPU and time spent waiting for one, in ns, by thread."""
    found = {}
    for path in glob.glob("/proc/self/task/*/schedstat"):
        try:
            with open(path) as file:
                running, waiting = file.read().split()[:2]
            found[path] = (int(running), int(waiting))
        except OSError:
            pass  # A thread may end between listing and reading.
    return found


before = {}


def waited():
    """ms that the thread which worked most since the last call was ready to run and had no CPU. See cpu-wait.ts."""
    global before
    now = schedules()
    since = [(run - before.get(path, (0, 0))[0], wait - before.get(path, (0, 0))[1]) for path, (run, wait) in now.items()]
    before = now
    return max(since)[1] / 1e6 if since else None


def memory(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return None


def peak_memory():
    return memory("VmHWM:")
