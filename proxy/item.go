package proxy

import (
	"time"
	"unsafe"
)

// ItemKind says what an [Item] of a [Queue] is.
type ItemKind uint8

// The kinds of items.
const (
	ItemOpened  ItemKind = iota // Info is set
	ItemData                    // Bytes are set
	ItemGap                     // Lost is set
	ItemClosed                  // End is set
	ItemHeld                    // Since is set; Waiting too, unless it is over
	ItemEdited                  // Edited is set
	ItemPaced                   // Pace is set
	ItemArrived                 // Info is set, of a connection whose ItemOpened follows
)

// Item is one thing that a [Queue] took in. Kind and ID are always set; Dir and At
// for all but ItemOpened and ItemArrived.
type Item struct {
	Kind ItemKind
	Dir  Direction
	ID   ConnID
	At   time.Time // when the bytes, of a gap the first of them, had been read
	Info *ConnInfo
	Lost int64 // how many bytes are missing here
	End  End
	// Since is how long the receiver has taken nothing, Waiting how many bytes
	// wait for it. See [Watcher].
	Since   time.Duration
	Waiting int64
	Edited  *Edited
	Pace    *Pace // not to be changed

	data  *Buffer
	queue *Queue
}

// opens reports whether the item is about a connection and not a direction of it.
func (it *Item) opens() bool { return it.Kind == ItemOpened || it.Kind == ItemArrived }

// Bytes returns the bytes of an ItemData, otherwise nil. They are valid until Release.
func (it *Item) Bytes() []byte {
	if it.data == nil {
		return nil
	}
	return it.data.Bytes()
}

// Release gives the memory of the item back to the budget of its queue. Whoever
// took the item calls it exactly once.
func (it *Item) Release() {
	cost := it.cost()
	if it.data != nil {
		it.data.Release()
	}
	it.queue.release(cost)
}

// cost is the memory that the item holds.
func (it *Item) cost() int64 {
	cost := itemCost + len(it.End.Target) + len(it.End.Detail)
	if it.data != nil {
		cost += len(it.data.block)
	}
	if it.Edited != nil {
		cost += int(unsafe.Sizeof(*it.Edited)) + len(it.Edited.Inserted)
	}
	if it.Pace != nil {
		cost += int(unsafe.Sizeof(*it.Pace) + unsafe.Sizeof(Path{}))
	}
	if it.Info != nil {
		cost += int(unsafe.Sizeof(*it.Info)) + it.Info.Facts.cost()
	}
	return int64(cost)
}

// factCost is what a fact costs besides its texts.
const factCost = int(unsafe.Sizeof(Fact{}))

// itemCost is what every item costs: its node and its Buffer.
const itemCost = int(unsafe.Sizeof(node{}) + unsafe.Sizeof(Buffer{}))
