package dev.reprise.servlet.comparison;

final class WantedDifferences {}
