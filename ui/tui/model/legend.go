package model

// legend says what the signs of the screen mean, those of the rows first.
var legend = []HelpLine{
	{Heading: "Signs"},
	{Keys: "── ▶  ◀ ──", Text: "a message from the client to the server, from the server to the client"},
	{Keys: "┈┈", Text: "an event that is no message: opened, closed, lost, a gap"},
	{Keys: "▸  ▾", Text: "folded and unfolded: a run of media, attempts of one client, fields; Enter or → opens"},
	{Keys: "▌", Text: "the line that is selected"},
	{Keys: "●  ○", Text: "a session that is open, one that has ended"},
	{Keys: "✗", Text: "refused, reset, lost, an error"},
	{Keys: "!", Text: "a warning; of a field: a value that should not be there"},
	{Keys: "…", Text: "waits: for an answer, for a keyframe, for a side that does not read"},
	{Keys: "✓  –  ?", Text: "in the procedure: done, left out, not seen"},
	{Keys: "↕", Text: "in the procedure: sent elsewhere than the specification has it, which is no fault"},
	{Keys: "•", Text: "the row proves a finding; r goes there and back"},
	{Keys: "→  ↳", Text: "how a request was answered; which request a row answers"},
	{Keys: "◆  ✎", Text: "marked; a note of a person"},
	{Keys: "••••9e95", Text: "a credential that is masked; the same digits are the same credential"},
	{Keys: "+  -  ≠", Text: "compared: only in the second, only in the first, different; ≠ of a row: the relay changed what was sent"},
}
