package dev.reprise.examples.payments.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Runs one experiment at a time, and tells the pages that look. Thread-safe. */
@RestController
@EnableScheduling
class Laboratory {
    private static final long NEVER_OVER = 0;

    private final Network network;
    private final Sight sight;
    private final AtomicReference<@Nullable Experiment> last = new AtomicReference<>();
    private final List<SseEmitter> pages = new CopyOnWriteArrayList<>();

    Laboratory(Network network, Sight sight) {
        this.network = network;
        this.sight = sight;
    }

    @PostMapping("/demo/experiments")
    ResponseEntity<Void> start(@RequestBody Trial trial) {
        Experiment running = last.get();
        Experiment next = new Experiment(trial, network.uri(), this::tell);
        if ((running != null && !running.isOver()) || !last.compareAndSet(running, next)) {
            return ResponseEntity.status(HttpStatus.CONFLICT).build();
        }
        network.breaks(trial.failure());
        Thread.ofVirtual().name("experiment").start(next::run);
        return ResponseEntity.accepted().build();
    }

    @GetMapping("/demo/state")
    Sight.Seen state() {
        return sight.now(last.get());
    }

    @GetMapping("/demo/events")
    SseEmitter events() {
        SseEmitter page = new SseEmitter(NEVER_OVER);
        pages.add(page);
        page.onCompletion(() -> pages.remove(page));
        page.onError(thrown -> pages.remove(page));
        send(page, state());
        return page;
    }

    /** What goes on in the background is seen, too. */
    @Scheduled(fixedDelay = 500)
    void tell() {
        if (!pages.isEmpty()) {
            Sight.Seen seen = state();
            pages.forEach(page -> send(page, seen));
        }
    }

    /** The server would wait for them when it stops. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        pages.forEach(SseEmitter::complete);
    }

    private void send(SseEmitter page, Sight.Seen seen) {
        try {
            page.send(seen);
        } catch (IOException | IllegalStateException e) {
            pages.remove(page);
        }
    }
}
