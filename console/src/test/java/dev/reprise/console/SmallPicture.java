package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** A picture of a page with at most 256 colours, which is small enough for a repository. */
final class SmallPicture {
    /** In bytes. */
    private static final int LARGEST = 60_000;

    private static final int COLOURS = 256;
    private static final int OPAQUE = 0xff000000;

    private final byte[] png;

    private SmallPicture(byte[] png) {
        this.png = png;
    }

    /** A picture in PNG with the most frequent of its colours, and those that are nearest to the others. */
    static SmallPicture of(byte[] png) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            int[] palette = palette(pixels);
            BufferedImage small = new BufferedImage(
                    image.getWidth(),
                    image.getHeight(),
                    BufferedImage.TYPE_BYTE_INDEXED,
                    new IndexColorModel(8, palette.length, palette, 0, false, -1, 0));
            Map<Integer, Integer> indices = new HashMap<>();
            byte[] indexed = new byte[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                indexed[i] = (byte) indices.computeIfAbsent(pixels[i], colour -> nearest(palette, colour))
                        .intValue();
            }
            small.getRaster().setDataElements(0, 0, image.getWidth(), image.getHeight(), indexed);
            return new SmallPicture(written(small));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] palette(int[] pixels) {
        Map<Integer, Integer> frequencies = new HashMap<>();
        for (int pixel : pixels) {
            frequencies.merge(pixel | OPAQUE, 1, Integer::sum);
        }
        return frequencies.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(COLOURS)
                .mapToInt(Map.Entry::getKey)
                .toArray();
    }

    private static int nearest(int[] palette, int colour) {
        int nearest = 0;
        for (int i = 1; i < palette.length; i++) {
            if (distance(palette[i], colour) < distance(palette[nearest], colour)) {
                nearest = i;
            }
        }
        return nearest;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = ((one >> shift) & 0xff) - ((other >> shift) & 0xff);
            sum += difference * difference;
        }
        return sum;
    }

    private static byte[] written(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam most = writer.getDefaultWriteParam();
        most.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        most.setCompressionQuality(0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), most);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    void write(Path file) {
        assertThat(png.length).as("size of " + file).isLessThan(LARGEST);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
