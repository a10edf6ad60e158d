"""The worker's door to jobs."""

from celery import shared_task

from apps.desk import services


@shared_task(name="desk.run_job")
def run_job(job_id: int) -> None:
    """Do one job."""
    services.run(job_id)


@shared_task(name="desk.resend_jobs")
def resend_jobs() -> int:
    """Send again what was lost."""
    return services.resend_jobs()


@shared_task(name="desk.clear_files")
def clear_files() -> int:
    """Delete the files of old jobs."""
    return services.clear_files()
