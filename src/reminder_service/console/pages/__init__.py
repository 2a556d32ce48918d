"""The pages, in the order of the navigation: 总览 单位 待处理 汇总 邮件 名录与任务 指标 系统."""

from . import (
    door,
    events,
    originals,
    overview,
    people,
    results,
    system,
    targets,
    tray,
    tray_acts,
    unit_work,
    units,
    upload,
    watch,
)

PAGES = (
    overview.PAGE,
    units.PAGE,
    unit_work.PAGE,
    upload.PAGE,
    tray.PAGE,
    tray_acts.PAGE,
    originals.PAGE,
    results.PAGE,
    targets.PAGE,
    system.PAGE,
    people.PAGE,
    events.PAGE,
    watch.PAGE,
    door.ACCOUNT,
    door.PAGE,
)
