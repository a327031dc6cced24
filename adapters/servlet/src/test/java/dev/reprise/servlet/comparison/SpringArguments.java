package dev.reprise.servlet.comparison;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpEntity;
import org.springframework.http.RequestEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

/** Controllers with arguments of every type that Spring MVC makes of a request; each answers with what it got. */
@RestController
@RequestMapping("/in")
class SpringArguments {
    /** A bean that is bound to fields. */
    static class Bound {
        private @Nullable String a;
        private @Nullable List<String> b;
        private @Nullable MultipartFile file;

        public void setA(@Nullable String a) {
            this.a = a;
        }

        public void setB(@Nullable List<String> b) {
            this.b = b;
        }

        public void setFile(@Nullable MultipartFile file) {
            this.file = file;
        }
    }

    /** A record that is read from JSON or bound to fields. */
    record Charge(@Nullable String a, @Nullable Integer amount) {}

    @RequestMapping("/param")
    String param(
            @RequestParam(required = false) @Nullable String a,
            @RequestParam(required = false) @Nullable List<String> b) {
        return a + " " + b;
    }

    @RequestMapping("/required")
    String required(@RequestParam String absent) {
        return absent;
    }

    @RequestMapping("/params")
    String params(@RequestParam Map<String, String> one, @RequestParam MultiValueMap<String, String> all) {
        return new TreeMap<>(one) + " " + new TreeMap<>(all);
    }

    @RequestMapping("/file")
    String file(@RequestParam MultipartFile file, @RequestParam(required = false) @Nullable String a)
            throws IOException {
        return text(file) + " " + a;
    }

    @RequestMapping("/files")
    String files(@RequestParam List<MultipartFile> file, @RequestParam Map<String, MultipartFile> named)
            throws IOException {
        List<String> all = new ArrayList<>();
        for (MultipartFile each : file) {
            all.add(text(each));
        }
        return all + " " + named.keySet();
    }

    @RequestMapping("/part")
    String part(@RequestParam Part file, @RequestParam(required = false) @Nullable String a) throws IOException {
        return text(file) + " " + a;
    }

    @RequestMapping("/parts")
    String parts(@RequestParam List<Part> file) throws IOException {
        List<String> all = new ArrayList<>();
        for (Part each : file) {
            all.add(text(each));
        }
        return all.toString();
    }

    @RequestMapping("/requestpart")
    String requestPart(@RequestPart MultipartFile file, @RequestPart(required = false) @Nullable String a)
            throws IOException {
        return text(file) + " " + a;
    }

    @RequestMapping("/jsonpart")
    String jsonPart(@RequestPart Charge charge, @RequestPart Optional<MultipartFile> file) throws IOException {
        return charge + " " + (file.isPresent() ? text(file.get()) : "none");
    }

    @RequestMapping("/servletpart")
    String servletPart(@RequestPart Part file) throws IOException {
        return text(file);
    }

    @RequestMapping("/model")
    String model(@ModelAttribute Bound bound) throws IOException {
        return bound.a + " " + bound.b + " " + (bound.file == null ? "none" : text(bound.file));
    }

    @RequestMapping("/record")
    String record(@ModelAttribute Charge charge) {
        return charge.toString();
    }

    @RequestMapping("/body/string")
    String string(@RequestBody(required = false) @Nullable String body) {
        return "" + body;
    }

    @RequestMapping("/body/bytes")
    byte[] bytes(@RequestBody byte[] body) {
        return body;
    }

    @RequestMapping("/body/resource")
    String resource(@RequestBody Resource body) throws IOException {
        return text(body.getInputStream());
    }

    @RequestMapping("/body/form")
    String form(@RequestBody MultiValueMap<String, String> body) {
        return new TreeMap<>(body).toString();
    }

    @RequestMapping("/body/map")
    String map(@RequestBody Map<String, Object> body) {
        return new TreeMap<>(body).toString();
    }

    @RequestMapping("/body/record")
    Charge json(@RequestBody Charge body) {
        return body;
    }

    @RequestMapping("/body/param")
    String bodyAndParam(@RequestBody String body, @RequestParam String a) {
        return body + " " + a;
    }

    @RequestMapping("/entity/string")
    String entity(HttpEntity<String> entity) {
        return entity.getBody() + " " + entity.getHeaders().getContentType();
    }

    @RequestMapping("/entity/request")
    String request(RequestEntity<byte[]> entity) {
        byte[] body = entity.getBody();
        return (body == null ? "none" : new String(body, StandardCharsets.ISO_8859_1)) + " " + entity.getMethod() + " "
                + entity.getUrl();
    }

    @RequestMapping("/stream")
    String stream(InputStream body) throws IOException {
        return text(body);
    }

    @RequestMapping("/reader")
    String reader(Reader body) throws IOException {
        return new BufferedReader(body).readLine();
    }

    @RequestMapping("/servlet")
    String servlet(HttpServletRequest request, ServletRequest same, WebRequest web) throws Exception {
        return request.getParameter("a") + " " + same.getParameter("b") + " "
                + List.of(Optional.ofNullable(web.getParameter("a"))) + " " + text(request.getInputStream());
    }

    @RequestMapping("/multipartrequest")
    String multipartRequest(MultipartHttpServletRequest request) throws IOException {
        List<String> all = new ArrayList<>();
        for (MultipartFile each : request.getFileMap().values()) {
            all.add(text(each));
        }
        return all + " " + new TreeMap<>(request.getParameterMap()).keySet() + " "
                + request.getMultipartContentType("a");
    }

    private static String text(MultipartFile file) throws IOException {
        return file.getName() + "|" + file.getOriginalFilename() + "|" + file.getContentType() + "|" + file.getSize()
                + "|" + new String(file.getBytes(), StandardCharsets.ISO_8859_1) + "|" + file.isEmpty();
    }

    private static String text(Part part) throws IOException {
        return part.getName() + "|" + part.getSubmittedFileName() + "|" + part.getContentType() + "|" + part.getSize()
                + "|" + text(part.getInputStream());
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
