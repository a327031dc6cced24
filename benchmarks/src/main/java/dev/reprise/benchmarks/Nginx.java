package dev.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An nginx with one worker, whose CPU time is that worker's.
 *
 * @param program where nginx is installed
 * @param folder its own folder
 * @param worker the process that does the work
 */
record Nginx(Path program, Path folder, long worker) {
    static Nginx start(Path program, Path folder, String servers) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("nginx.conf"), """
                worker_processes 1;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000000;
                  %s
                }
                """.formatted(servers));
        Processes.run(program.toString(), "-c", "nginx.conf", "-p", folder.toString());
        long master =
                Long.parseLong(Files.readString(folder.resolve("nginx.pid")).strip());
        List<Long> workers = Processes.children(master);
        while (workers.isEmpty()) {
            // It has been started, and will start one.
            Thread.sleep(10);
            workers = Processes.children(master);
        }
        return new Nginx(program, folder, workers.get(0));
    }

    void stop() throws IOException, InterruptedException {
        Processes.run(program.toString(), "-c", "nginx.conf", "-p", folder.toString(), "-s", "stop");
    }
}
