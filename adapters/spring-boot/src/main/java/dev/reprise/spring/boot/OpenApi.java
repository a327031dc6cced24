package dev.reprise.spring.boot;

import dev.reprise.IdempotencyKey;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

/** What springdoc says about protected endpoints: the field with the key, and the refusals. What the application says itself stays. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({OperationCustomizer.class, Operation.class})
class OpenApi {
    private static final String PROBLEM = "application/problem+json";

    @Bean
    OperationCustomizer repriseOpenApi(RepriseProperties properties) {
        return (operation, handler) -> {
            Idempotent annotation = AnnotatedMethods.of(handler);
            if (annotation != null && changesSomething(handler)) {
                describe(operation, annotation, properties.keyHeader());
            }
            return operation;
        };
    }

    private static boolean changesSomething(HandlerMethod handler) {
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
        RequestMethod[] methods = mapping == null ? new RequestMethod[0] : mapping.method();
        return methods.length == 0 || Stream.of(methods).anyMatch(method -> !AnnotatedMethods.isSafe(method.name()));
    }

    private static void describe(Operation operation, Idempotent annotation, String keyHeader) {
        List<io.swagger.v3.oas.models.parameters.Parameter> known = operation.getParameters();
        if (known == null || known.stream().noneMatch(one -> keyHeader.equalsIgnoreCase(one.getName()))) {
            operation.addParametersItem(new HeaderParameter()
                    .name(keyHeader)
                    .required(annotation.required())
                    .schema(new StringSchema().maxLength(IdempotencyKey.MAX_LENGTH))
                    .description("Names the operation: unique to it, and the same with every retry of it"));
        }
        ApiResponses responses = operation.getResponses();
        responses.forEach((status, response) -> {
            if (status.startsWith("2")) {
                response.addHeaderObject(
                        "Idempotent-Replayed",
                        new Header()
                                .schema(new BooleanSchema())
                                .description("true if this is the recorded answer of an earlier request"));
            }
        });
        refusal(responses, "400", "The key is missing or malformed");
        refusal(responses, "409", "The operation is in progress: ask again later. Or its outcome is unknown");
        refusal(responses, "422", "The key was used for another request");
    }

    private static void refusal(ApiResponses responses, String status, String description) {
        responses.computeIfAbsent(
                status,
                ignored -> new ApiResponse()
                        .description(description)
                        .content(new Content().addMediaType(PROBLEM, new MediaType().schema(new ObjectSchema()))));
    }
}
