//! What the system knows of a process: how much it has computed, and whether it waits for a processor.

use std::time::Duration;

/// A look at a process.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// How long its threads have computed, all together.
    pub(crate) computed: Duration,
    /// Whether one of its threads, other than the one that looks, could go on and has to share the processors.
    pub(crate) is_runnable: bool,
    /// How much memory it has, in bytes. 0 where the system limits that by itself.
    pub(crate) memory: u64,
    /// How long the machine's processors have had nothing to do. Zero where that is not needed.
    #[cfg(windows)]
    idle: Duration,
}

impl Usage {
    /// A process that is no more has used nothing, and wants nothing.
    pub(crate) fn of(process: u32) -> Self {
        system::usage(process).unwrap_or_default()
    }

    /// Whether the process may have waited for a processor, between an earlier look and this one.
    #[cfg(not(windows))]
    pub(crate) fn was_held_up(&self, _since: &Self) -> bool {
        self.is_runnable
    }

    /// As above. Windows does not say which threads could go on: but nobody waits for a processor that is idle.
    #[cfg(windows)]
    pub(crate) fn was_held_up(&self, since: &Self) -> bool {
        self.idle.saturating_sub(since.idle) < Duration::from_millis(5)
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;
    use std::time::Duration;

    use super::Usage;

    pub(super) fn usage(process: u32) -> Option<Usage> {
        Some(Usage {
            computed: computed(process)?,
            is_runnable: is_runnable(process),
            memory: memory(process).unwrap_or(0),
        })
    }

    fn computed(process: u32) -> Option<Duration> {
        let mut clock = 0;
        // SAFETY: writes to `clock`.
        let found = unsafe { libc::clock_getcpuclockid(process.cast_signed(), &raw mut clock) };
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: writes to `time`.
        let read = found == 0 && unsafe { libc::clock_gettime(clock, &raw mut time) } == 0;
        let seconds = Duration::from_secs(time.tv_sec.try_into().ok()?);
        let nanos = Duration::from_nanos(time.tv_nsec.try_into().ok()?);
        read.then_some(seconds + nanos)
    }

    fn is_runnable(process: u32) -> bool {
        // SAFETY: has no conditions.
        let own = unsafe { libc::gettid() }.to_string();
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        let mut threads = threads.into_iter().flatten().flatten();
        threads.any(|thread| {
            if thread.file_name().to_str() == Some(&own) {
                return false;
            }
            let line = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            // "4711 (name) R …": running, or waiting to; D waits for a disk.
            let state = line.rsplit_once(") ").map(|(_, after)| after);
            state.is_some_and(|state| state.starts_with(['R', 'D']))
        })
    }

    /// Resident memory.
    fn memory(process: u32) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
        let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
        // SAFETY: has no conditions.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        Some(pages * u64::try_from(page).ok()?)
    }
}

#[cfg(target_vendor = "apple")]
mod system {
    use std::mem;
    use std::time::Duration;

    use super::Usage;

    pub(super) fn usage(process: u32) -> Option<Usage> {
        let id = process.cast_signed();
        let size = libc::c_int::try_from(size_of::<libc::proc_taskinfo>()).ok()?;
        // SAFETY: zeroes are a value of it: it has only numbers.
        let mut task: libc::proc_taskinfo = unsafe { mem::zeroed() };
        // SAFETY: writes to `task`, `size` bytes at most.
        let written = unsafe {
            libc::proc_pidinfo(id, libc::PROC_PIDTASKINFO, 0, (&raw mut task).cast(), size)
        };
        if written != size {
            return None;
        }
        let own = i32::from(process == std::process::id());
        Some(Usage {
            computed: duration(task.pti_total_user + task.pti_total_system),
            is_runnable: task.pti_numrunning > own,
            memory: memory(id).unwrap_or(task.pti_resident_size),
        })
    }

    /// With what the system has compressed.
    fn memory(id: libc::pid_t) -> Option<u64> {
        // SAFETY: zeroes are a value of it: it has only numbers.
        let mut usage: libc::rusage_info_v0 = unsafe { mem::zeroed() };
        // SAFETY: writes to `usage`, which is what this flavour asks for.
        let failed =
            unsafe { libc::proc_pid_rusage(id, libc::RUSAGE_INFO_V0, (&raw mut usage).cast()) };
        (failed == 0).then_some(usage.ri_phys_footprint)
    }

    /// In the processor's own unit, which is a nanosecond only on some.
    #[allow(deprecated, reason = "its successor is a crate of its own")]
    fn duration(ticks: u64) -> Duration {
        let mut base = libc::mach_timebase_info { numer: 1, denom: 1 };
        // SAFETY: writes to `base`.
        unsafe { libc::mach_timebase_info(&raw mut base) };
        Duration::from_nanos(ticks * u64::from(base.numer) / u64::from(base.denom.max(1)))
    }
}

#[cfg(windows)]
mod system {
    use std::time::Duration;

    use windows_sys::Win32::Foundation::{CloseHandle, FILETIME};
    use windows_sys::Win32::System::Threading::{
        GetProcessTimes, GetSystemTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
    };

    use super::Usage;

    pub(super) fn usage(process: u32) -> Option<Usage> {
        let mut times = [FILETIME::default(); 4];
        let [created, ended, kernel, user] = &mut times;
        // SAFETY: has no conditions; what it opens is closed below.
        let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, process) };
        if handle.is_null() {
            return None;
        }
        // SAFETY: an open process, and four places to write to.
        let read = unsafe { GetProcessTimes(handle, created, ended, kernel, user) };
        // SAFETY: opened above, and not used again.
        unsafe { CloseHandle(handle) };
        if read == 0 {
            return None;
        }
        let computed = duration(*kernel) + duration(*user);
        let [mut idle, mut busy_kernel, mut busy_user, _] = times;
        // SAFETY: three places to write to.
        unsafe { GetSystemTimes(&raw mut idle, &raw mut busy_kernel, &raw mut busy_user) };
        Some(Usage {
            computed,
            is_runnable: true,
            memory: 0,
            idle: duration(idle),
        })
    }

    fn duration(time: FILETIME) -> Duration {
        let ticks = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
        Duration::from_nanos(ticks.saturating_mul(100))
    }
}

/// Nothing is known: every process has all the time that passes.
#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
mod system {
    pub(super) fn usage(_: u32) -> Option<super::Usage> {
        None
    }
}
