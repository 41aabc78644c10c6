from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0012_moves_of_runs_and_rights_of_people")]

    operations = [
        migrations.AddIndex(
            model_name="timer",
            index=models.Index(fields=["due_at"], name="timer_by_due"),
        )
    ]
