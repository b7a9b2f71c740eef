package capture

// chunksWanted is how many chunk headers are proof: one may come up by chance.
const chunksWanted = 2

// chunkScan counts what looks like the first chunk of a message.
type chunkScan struct {
	at    [2]int
	found int
}

// scan looks at what came since the last time.
func (c *chunkScan) scan(head [2][]byte) int {
	for i, p := range head {
		for ; c.at[i]+14 <= len(p); c.at[i]++ {
			if beginsMessage(p[c.at[i]:]) {
				c.found++
			}
		}
	}
	return c.found
}

// beginsMessage says that p begins with a chunk header of type 0 or 1 (RTMP 1.0
// §5.3.1.2) and a body of the kind that it announces. p has 14 bytes or more.
func beginsMessage(p []byte) bool {
	if p[0]&0x3f < 2 || p[4] > 0x3f || p[4]|p[5]|p[6] == 0 {
		return false // ids 0 and 1 have longer headers; a body of 4 MiB is not expected
	}
	length := int(p[4])<<16 | int(p[5])<<8 | int(p[6])
	switch p[0] >> 6 {
	case 0:
		return p[9]|p[10]|p[11] == 0 && fitsType(p[7], length, p[8], p[12], p[13])
	case 1:
		// Deltas are short; there is no stream id to check, so only media counts.
		return p[1] == 0 && (p[7] == 8 || p[7] == 9) && fitsType(p[7], length, 1, p[8], p[9])
	}
	return false
}

// fitsType says that a message of a type can have that length, message stream
// and first two bytes of body (RTMP 1.0 §5.4, §6.2, §7.1; FLV 10.1 §E.4.2.1,
// §E.4.3.1).
func fitsType(kind byte, length int, stream, first, second byte) bool {
	switch kind {
	case 1, 2, 3, 5:
		return length == 4 && stream == 0
	case 4:
		return (length == 6 || length == 10) && stream == 0 && first == 0 && second < 33
	case 6:
		return length == 5 && stream == 0
	case 8:
		return fitsAudio(length, first, second)
	case 9:
		return fitsVideo(length, first, second)
	case 18, 20:
		return first == 2 && second == 0 && length > 4 // a string shorter than 256
	}
	return false
}

// fitsAudio knows AAC, MP3 and enhanced audio.
func fitsAudio(length int, first, second byte) bool {
	switch first >> 4 {
	case 10:
		return length > 2 && second <= 1
	case 2:
		return length > 4 && second == 0xff
	case 9:
		return length > 5 && second >= 'A' && second <= 'z'
	}
	return false
}

// fitsVideo knows AVC, the codecs with their own frame headers, and enhanced video.
func fitsVideo(length int, first, second byte) bool {
	switch {
	case first == 0x17 || first == 0x27 || first == 0x1c || first == 0x2c:
		return length > 5 && second <= 2
	case first >= 0x90 && first <= 0xaf: // enhanced key and inter frames: then a FourCC
		return length > 5 && second >= 'A' && second <= 'z'
	case first == 0x12 || first == 0x22:
		return length > 5 && second == 0
	}
	return false
}
