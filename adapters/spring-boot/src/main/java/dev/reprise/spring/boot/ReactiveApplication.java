package dev.reprise.spring.boot;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;

/** The filter in front of the controllers of a reactive application, with the leased guarantee. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
class ReactiveApplication {
    @Bean
    @ConditionalOnMissingBean
    ReactiveIdempotencyPrincipal repriseIdempotencyPrincipal() {
        return new ReactiveAuthenticatedPrincipal(ReactiveSecurity.present());
    }

    @Bean(ReactiveEndpoints.BEAN)
    ReactiveEndpoints repriseIdempotentEndpoints(
            ListableBeanFactory beans, EndpointSettings settings, Engines engines, KnownReconcilers reconcilers) {
        return new ReactiveEndpoints(beans, settings, engines, reconcilers, ReactiveSecurity.present());
    }

    @Bean
    ReactiveEndpointsFilter repriseFilter(ReactiveEndpoints endpoints, RepriseProperties properties) {
        return new ReactiveEndpointsFilter(endpoints, properties.filterOrder());
    }
}
