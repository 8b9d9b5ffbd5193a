import Worker

await WorkerMain.run()
