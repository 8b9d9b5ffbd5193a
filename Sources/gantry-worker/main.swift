import Glibc
import Worker

// Without clean-up: a thread may still be in the middle of a job that has failed.
_exit(WorkerMain.run())
