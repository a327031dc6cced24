package dev.reprise.servlet.comparison;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.Serial;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.multipart.MultipartResolver;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** An application of Spring MVC. */
final class SpringApplication {
    private SpringApplication() {}

    /** Spring's servlet with the controllers of the table. */
    static DispatcherServlet servlet(Function<HttpServletRequest, @Nullable Seen> seen) {
        AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
        context.register(Settings.class, SpringArguments.class, SpringAnswers.class);
        return new Counted(context, seen);
    }

    @Configuration
    @EnableWebMvc
    static class Settings implements WebMvcConfigurer {
        @Bean
        MultipartResolver multipartResolver() {
            return new StandardServletMultipartResolver();
        }

        @Override
        public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
            configurer.setTaskExecutor(new SimpleAsyncTaskExecutor());
            configurer.setDefaultTimeout(20_000);
        }
    }

    /** Counts the requests, and knows when it is done with each. */
    private static final class Counted extends DispatcherServlet {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Function<HttpServletRequest, @Nullable Seen> seenBy;

        private Counted(
                AnnotationConfigWebApplicationContext context, Function<HttpServletRequest, @Nullable Seen> seenBy) {
            super(context);
            this.seenBy = seenBy;
        }

        @Override
        protected void doDispatch(HttpServletRequest request, HttpServletResponse response) throws Exception {
            Seen seen = seenBy.apply(request);
            if (seen != null && request.getDispatcherType() == DispatcherType.REQUEST) {
                seen.called();
            }
            super.doDispatch(request, response);
        }
    }
}
