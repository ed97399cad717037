package wire

import (
	"io"
	"time"
)

const bufferSize = 64 * 1024

// Fill and Drain go through a buffer of their own: io.Copy would splice inside
// the kernel, which no client of Kubernetes does.

// Fill writes that many bytes.
func Fill(writer io.Writer, size int64) error {
	buffer := make([]byte, bufferSize)
	for size > 0 {
		n, err := writer.Write(buffer[:min(size, bufferSize)])
		if err != nil {
			return err
		}
		size -= int64(n)
	}
	return nil
}

// Drain reads that many bytes, and no more than rate in a second unless that is 0.
func Drain(reader io.Reader, size, rate int64) error {
	buffer := make([]byte, bufferSize)
	begin := time.Now()
	var read int64
	for read < size {
		n, err := reader.Read(buffer[:min(size-read, bufferSize)])
		read += int64(n)
		if err != nil && read < size {
			return err
		}
		if rate > 0 {
			time.Sleep(time.Duration(read)*time.Second/time.Duration(rate) - time.Since(begin))
		}
	}
	return nil
}

// Zeros is a body without an end.
type Zeros struct{}

// Read fills the buffer.
func (Zeros) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}
