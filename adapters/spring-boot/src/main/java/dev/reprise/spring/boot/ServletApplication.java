package dev.reprise.spring.boot;

import jakarta.servlet.DispatcherType;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The filter in front of the controllers of a servlet application. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
class ServletApplication {
    @Bean
    @ConditionalOnMissingBean
    IdempotencyPrincipal repriseIdempotencyPrincipal() {
        return new AuthenticatedPrincipal();
    }

    @Bean
    IdempotentEndpoints repriseIdempotentEndpoints(
            ListableBeanFactory beans, EndpointSettings settings, Engines engines, KnownReconcilers reconcilers) {
        return new IdempotentEndpoints(beans, settings, engines, reconcilers);
    }

    @Bean
    WebMvcConfigurer repriseArguments() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new ExecutionArgument());
            }
        };
    }

    @Bean
    FilterRegistrationBean<IdempotentEndpointsFilter> repriseFilterRegistration(
            IdempotentEndpoints endpoints, RepriseProperties properties) {
        FilterRegistrationBean<IdempotentEndpointsFilter> registration =
                new FilterRegistrationBean<>(new IdempotentEndpointsFilter(endpoints));
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setAsyncSupported(true);
        registration.setOrder(properties.filterOrder());
        return registration;
    }
}
