from routing.models.assignments import Assignment, Hold, LedgerEntry, ReservedSpan
from routing.models.pools import Match, MeetingType, Membership, Pool, PoolClosure, PoolHours
from routing.models.reps import BusyTime, Calendar, Rep, TimeOff, WorkingHours
from routing.models.segments import Segment, SegmentCondition

__all__ = [
    "Assignment",
    "BusyTime",
    "Calendar",
    "Hold",
    "LedgerEntry",
    "Match",
    "MeetingType",
    "Membership",
    "Pool",
    "PoolClosure",
    "PoolHours",
    "Rep",
    "ReservedSpan",
    "Segment",
    "SegmentCondition",
    "TimeOff",
    "WorkingHours",
]
