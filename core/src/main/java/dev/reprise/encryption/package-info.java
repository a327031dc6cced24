/** Records that nobody can read without a key: encryption at rest, in front of any store. */
@NullMarked
package dev.reprise.encryption;

import org.jspecify.annotations.NullMarked;
