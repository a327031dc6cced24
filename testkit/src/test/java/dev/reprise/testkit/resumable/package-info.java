@NullMarked
package dev.reprise.testkit.resumable;

import org.jspecify.annotations.NullMarked;
