import Worker

WorkerMain.run()
