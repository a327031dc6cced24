package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Forms, with files and without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadTest {
    private final Booted application = Booted.start(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Uploads.class)
    static class Application {}

    @RestController
    static class Uploads {
        private final AtomicInteger calls = new AtomicInteger();

        @Idempotent
        @PostMapping("/uploads")
        String upload(@RequestParam String title, @RequestParam MultipartFile file) throws IOException {
            return calls.incrementAndGet() + " " + title + " " + file.getOriginalFilename() + " "
                    + new String(file.getBytes(), StandardCharsets.UTF_8);
        }

        /** Spring reads its form in a filter of its own, before the endpoint's. */
        @Idempotent
        @PutMapping("/forms")
        String form(@RequestParam String title) {
            return calls.incrementAndGet() + " " + title;
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<String> upload(String key, String boundary, String content) throws Exception {
        String body =
                "--" + boundary + "\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nPicture\r\n--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                        + content + "\r\n--" + boundary + "--\r\n";
        return application.send(application
                .request("/uploads")
                .setHeader("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> put(String key, String form) throws Exception {
        return application.send(application
                .request("/forms")
                .setHeader("Content-Type", "application/x-www-form-urlencoded")
                .header("Idempotency-Key", key)
                .PUT(BodyPublishers.ofString(form)));
    }

    @Test
    void a_file_and_a_parameter_arrive_and_the_upload_happens_once_S7() throws Exception {
        HttpResponse<String> first = upload("file", "one", "pixels");
        HttpResponse<String> retry = upload("file", "one", "pixels");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).endsWith("Picture a.txt pixels");
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(upload("file", "one", "others").statusCode()).isEqualTo(422);
    }

    @Test
    void a_form_that_spring_has_read_before_is_compared_by_its_parameters_S9() throws Exception {
        HttpResponse<String> first = put("form", "title=a");

        assertThat(first.body()).endsWith(" a");
        assertThat(put("form", "title=a").body()).isEqualTo(first.body());
        assertThat(put("form", "title=b").statusCode()).isEqualTo(422);
    }
}
