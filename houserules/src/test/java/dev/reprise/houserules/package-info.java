/** The architecture and the public API of Reprise, held by tests over the compiled classes of all modules. */
@NullMarked
package dev.reprise.houserules;

import org.jspecify.annotations.NullMarked;
