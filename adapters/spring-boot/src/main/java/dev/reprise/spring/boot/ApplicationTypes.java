package dev.reprise.spring.boot;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.util.ClassUtils;

/** The types of the beans in the application's own packages. */
final class ApplicationTypes {
    private ApplicationTypes() {}

    /** Without what proxies add; none if it is not known which packages are the application's. */
    static Set<Class<?>> of(ListableBeanFactory beans) {
        Set<Class<?>> types = new LinkedHashSet<>();
        if (!AutoConfigurationPackages.has(beans)) {
            return types;
        }
        List<String> packages = AutoConfigurationPackages.get(beans);
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = beans.getType(name, false);
            if (type != null && isIn(ClassUtils.getUserClass(type), packages)) {
                types.add(ClassUtils.getUserClass(type));
            }
        }
        return types;
    }

    private static boolean isIn(Class<?> type, List<String> packages) {
        return packages.stream().anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
    }
}
