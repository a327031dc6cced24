@NullMarked
package dev.reprise.grpc;

import org.jspecify.annotations.NullMarked;
