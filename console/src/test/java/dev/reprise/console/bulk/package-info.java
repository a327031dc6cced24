@NullMarked
package dev.reprise.console.bulk;

import org.jspecify.annotations.NullMarked;
