@NullMarked
package dev.reprise.console.audit;

import org.jspecify.annotations.NullMarked;
