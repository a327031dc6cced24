package dev.reprise.spring.boot;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Spring MVC in Tomcat. */
class CorsTest extends CorsContract {
    private final Booted application = Booted.start(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Controller.class)
    static class Application implements WebMvcConfigurer {
        @Override
        public void addCorsMappings(CorsRegistry registry) {
            registry.addMapping("/global/**").allowedOrigins(SHOP).exposedHeaders("Retry-After");
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Override
    HttpRequest.Builder request(String path) {
        return application.request(path);
    }

    @Override
    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return application.send(request);
    }

    @Override
    Controller controller() {
        return application.bean(Controller.class);
    }
}
